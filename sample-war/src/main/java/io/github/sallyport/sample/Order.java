package io.github.sallyport.sample;

/**
 * An order.
 *
 * @param what the text that the client sent
 * @param placedBy the name of the caller who placed it
 */
record Order(long id, String what, String placedBy) {}
