/** A JAX-RS application without any bean. */
@NullMarked
package io.github.sallyport.sample.plain;

import org.jspecify.annotations.NullMarked;
