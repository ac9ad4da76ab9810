/** An application that asks its server for the principal. */
@NullMarked
package io.github.sallyport.sample.principal;

import org.jspecify.annotations.NullMarked;
