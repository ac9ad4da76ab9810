/**
 * The words that everyone in this house speaks: what was shown ({@link
 * io.github.sallyport.Credential}), who was established ({@link io.github.sallyport.Caller}), and
 * why somebody was not let in ({@link io.github.sallyport.Refused}).
 *
 * <p>Values go in and values come out. Nothing here knows servlets, stores or configuration.
 */
@NullMarked
package io.github.sallyport;

import org.jspecify.annotations.NullMarked;
