/** What tests of every room share. */
@NullMarked
package io.github.sallyport.testing;

import org.jspecify.annotations.NullMarked;
