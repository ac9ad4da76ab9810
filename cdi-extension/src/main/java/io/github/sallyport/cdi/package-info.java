/**
 * {@code @Secured}, injection of the caller, and the bridge to Jakarta Security.
 *
 * <p>The extension finds secured classes and reports every mistake; at a call one question goes to
 * {@code io.github.sallyport.access}. Who somebody is, and whether somebody may, is decided
 * elsewhere.
 */
@NullMarked
package io.github.sallyport.cdi;

import org.jspecify.annotations.NullMarked;
