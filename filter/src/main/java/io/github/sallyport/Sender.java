package io.github.sallyport;

import org.jspecify.annotations.Nullable;

/**
 * Who sent a request, as far as the request says.
 *
 * @param address the client's IP address, as the container gives it; null where there is none
 * @param page the address of the web page that had it sent, or that page's origin alone, as the
 *     browser says in {@code Origin} (RFC 6454 section 7) or else in {@code Referer} (RFC 9110
 *     section 10.1.3); null where neither is there, or more than one
 */
public record Sender(@Nullable String address, @Nullable String page) {
  /** Nothing is known. */
  public static final Sender UNKNOWN = new Sender(null, null);
}
