/**
 * Tokens of any issuer: strict reading, keys, signature, claims. The only room that sees {@code
 * com.auth0}.
 */
@NullMarked
package io.github.sallyport.jwt;

import org.jspecify.annotations.NullMarked;
