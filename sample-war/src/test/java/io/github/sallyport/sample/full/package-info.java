/** What only a full server has: session beans, managed executors, asynchronous methods. */
@NullMarked
package io.github.sallyport.sample.full;

import org.jspecify.annotations.NullMarked;
