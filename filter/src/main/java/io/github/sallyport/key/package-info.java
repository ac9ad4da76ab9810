/**
 * API keys: the key's text and digest, issuing and life cycle, and the port to where they are kept.
 */
@NullMarked
package io.github.sallyport.key;

import org.jspecify.annotations.NullMarked;
