/**
 * Copies of records, kept true: the read-through, and the reader of the change feed. The only room
 * that sees {@code javax.cache}.
 */
@NullMarked
package io.github.sallyport.cache;

import org.jspecify.annotations.NullMarked;
