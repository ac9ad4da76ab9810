package io.github.sallyport.client;

import io.github.sallyport.Secret;
import java.time.Duration;

/**
 * What a token endpoint gave (RFC 6749 section 5.1).
 *
 * @param lifetime from its answer on; above zero
 */
record Granted(Secret text, Duration lifetime) {}
