/**
 * Measurements of what a request costs, each beside its limit: the least that any implementation
 * would have to do. A time is reported and never decides whether anything passes.
 */
@NullMarked
package io.github.sallyport.benchmark;

import org.jspecify.annotations.NullMarked;
