/**
 * The door: the filter, what a request showed, what the application sees, and every answer that is
 * ours.
 */
@NullMarked
package io.github.sallyport.http;

import org.jspecify.annotations.NullMarked;
