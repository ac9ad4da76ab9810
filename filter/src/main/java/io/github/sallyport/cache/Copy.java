package io.github.sallyport.cache;

import org.jspecify.annotations.Nullable;

/**
 * A record as it was read.
 *
 * @param value null: there was none
 * @param readAt the instant before the read began, on the nano ticker
 */
record Copy<V>(@Nullable V value, long readAt) {}
