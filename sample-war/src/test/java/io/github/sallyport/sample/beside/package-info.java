/**
 * A small application without Sallyport, for whatever a server keeps of the one that it served
 * last.
 */
@NullMarked
package io.github.sallyport.sample.beside;

import org.jspecify.annotations.NullMarked;
