/**
 * What we issue, and how it is taken back: access tokens, refresh tokens, the keys that sign them,
 * denied tokens and token versions.
 */
@NullMarked
package io.github.sallyport.token;

import org.jspecify.annotations.NullMarked;
