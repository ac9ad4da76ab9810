/** Every way to put {@code @Secured} where it can't be enforced. */
@NullMarked
package io.github.sallyport.sample.mistakes;

import org.jspecify.annotations.NullMarked;
