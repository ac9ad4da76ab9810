/** Claims where they can't be injected, for the container tests. */
@NullMarked
package io.github.sallyport.sample.wrongclaims;

import org.jspecify.annotations.NullMarked;
