/**
 * How often? A caller, an address and a number of permits go in, a {@link
 * io.github.sallyport.limit.Verdict} comes out. It knows plans and buckets, on this node and, where
 * there is a cluster, on all; it never asks whether a caller may, and writes no header.
 */
@NullMarked
package io.github.sallyport.limit;

import org.jspecify.annotations.NullMarked;
