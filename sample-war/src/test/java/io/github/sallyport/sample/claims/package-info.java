/** An application that was written against MicroProfile JWT, for the container tests. */
@NullMarked
package io.github.sallyport.sample.claims;

import org.jspecify.annotations.NullMarked;
