/** An application whose secured bean works in transactions. */
@NullMarked
package io.github.sallyport.sample.transaction;

import org.jspecify.annotations.NullMarked;
