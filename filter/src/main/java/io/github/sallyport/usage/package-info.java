/**
 * How much was it? Requests that have ended go in; what each key made of them, by the hour, comes
 * out. It judges nobody, and no request waits for it.
 */
@NullMarked
package io.github.sallyport.usage;

import org.jspecify.annotations.NullMarked;
