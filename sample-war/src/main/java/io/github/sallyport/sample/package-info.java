/**
 * An orders API behind Sallyport: what an application's own code looks like. It reads no header,
 * knows no key and no token, and asks only who the caller is.
 */
@NullMarked
package io.github.sallyport.sample;

import org.jspecify.annotations.NullMarked;
