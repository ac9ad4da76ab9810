/**
 * An application whose beans and resources are secured: inside the filter's pattern, and outside.
 */
@NullMarked
package io.github.sallyport.sample.secured;

import org.jspecify.annotations.NullMarked;
