/**
 * Calls to services behind this application: outgoing JAX-RS filters that put a token of ours, or
 * one fetched for the application itself, into the place of whatever a caller showed. Nothing here
 * judges who calls.
 */
@NullMarked
package io.github.sallyport.client;

import org.jspecify.annotations.NullMarked;
