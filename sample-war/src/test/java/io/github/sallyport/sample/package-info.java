/**
 * The launcher of the README's command with its demo issuer, neither of which is in the WAR, and
 * the container tests.
 */
@NullMarked
package io.github.sallyport.sample;

import org.jspecify.annotations.NullMarked;
