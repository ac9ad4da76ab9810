package io.github.sallyport.cache;

/**
 * A record as it was read.
 *
 * @param readAt the instant before the read began, on the nano ticker
 */
record Copy<V>(V value, long readAt) {}
