/** An application with one thing to protect, and everything that could lead to it. */
@NullMarked
package io.github.sallyport.sample.doors;

import org.jspecify.annotations.NullMarked;
