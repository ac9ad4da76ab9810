/** An application that goes on with a request's work on other threads. */
@NullMarked
package io.github.sallyport.sample.threads;

import org.jspecify.annotations.NullMarked;
