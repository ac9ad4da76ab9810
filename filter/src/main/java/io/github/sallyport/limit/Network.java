package io.github.sallyport.limit;

import io.github.sallyport.IpAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where a client is, as finely as that can be told apart: an IPv4 address, or the /64 of an IPv6
 * one, all of whose addresses a single client can take (RFC 6177).
 *
 * @param v6 whether it is IPv6
 * @param bits the 32 bits of an IPv4 address, or the first 64 of an IPv6 one
 */
record Network(boolean v6, long bits) {
  /** Whatever has no address shares this. */
  private static final Network UNKNOWN = new Network(false, -1);

  static Network of(@Nullable String address) {
    byte[] bytes = address == null ? null : IpAddress.literal(address).orElse(null);
    if (bytes == null) return UNKNOWN;
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return bytes.length == 4
        ? new Network(false, Integer.toUnsignedLong(buffer.getInt()))
        : new Network(true, buffer.getLong());
  }

  /** The neighbourhood that somebody has to own to be everywhere in it: a /16, or a /32 of IPv6. */
  Network wide() {
    return new Network(v6, v6 ? bits >>> 32 : bits >> 16);
  }
}
