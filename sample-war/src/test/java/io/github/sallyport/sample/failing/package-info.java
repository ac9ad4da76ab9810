/** An application that does not start, for the container tests. */
@NullMarked
package io.github.sallyport.sample.failing;

import org.jspecify.annotations.NullMarked;
