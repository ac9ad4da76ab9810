package io.github.sallyport.key;

import io.github.sallyport.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A range of IP addresses in CIDR notation (RFC 4632 for IPv4, RFC 4291 section 2.3 for IPv6), or
 * one address. An IPv6 address that maps an IPv4 one is that IPv4 address (RFC 4291 section
 * 2.5.5.2). No name is ever looked up.
 */
public final class AddressRange {
  private static final int MAPPED_BITS = 96;
  private static final Pattern BITS = Pattern.compile("0|[1-9][0-9]{0,2}");

  private final byte[] network;
  private final int bits;

  private AddressRange(byte[] network, int bits) {
    this.network = network;
    this.bits = bits;
  }

  /**
   * Reads a range.
   *
   * @throws IllegalArgumentException if this is none, or if an address in it has bits set beyond
   *     the prefix: what was meant is then not certain
   */
  public static AddressRange of(String text) {
    int slash = text.indexOf('/');
    byte[] address =
        IpAddress.literal(slash < 0 ? text : text.substring(0, slash)).orElseThrow(() -> fault());
    int width = address.length * Byte.SIZE;
    int bits = width;
    if (slash >= 0) {
      String length = text.substring(slash + 1);
      if (!BITS.matcher(length).matches()) throw fault();
      bits = Integer.parseInt(length);
      // Of a mapped address, written in IPv6's 128 bits, the last 32 count.
      if (width == 32 && text.indexOf(':') >= 0) bits -= MAPPED_BITS;
      if (bits < 0 || bits > width) throw fault();
    }
    if (!Arrays.equals(address, masked(address, bits))) {
      throw new IllegalArgumentException(
          "each of addresses must be the first of its range: bits beyond the prefix must be zero");
    }
    return new AddressRange(address, bits);
  }

  /**
   * Tells whether an address lies within.
   *
   * @param address an IP literal; anything else lies in no range
   */
  boolean contains(byte[] address) {
    return address.length == network.length && Arrays.equals(network, masked(address, bits));
  }

  /** Tells whether all addresses of another range lie within. */
  boolean contains(AddressRange other) {
    return other.bits >= bits && contains(other.network);
  }

  private static byte[] masked(byte[] address, int bits) {
    byte[] masked = address.clone();
    for (int i = 0; i < masked.length; i++) {
      int kept = Math.max(0, Math.min(Byte.SIZE, bits - i * Byte.SIZE));
      masked[i] &= (byte) (0xff << (Byte.SIZE - kept));
    }
    return masked;
  }

  private static IllegalArgumentException fault() {
    return new IllegalArgumentException(
        "each of addresses must be an IP address or a range of them, as 192.0.2.0/24 or"
            + " 2001:db8::/32");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AddressRange that
        && bits == that.bits
        && Arrays.equals(network, that.network);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(network) + bits;
  }

  /** The range in CIDR notation; one address without a prefix length. */
  @Override
  public String toString() {
    try {
      String address = InetAddress.getByAddress(network).getHostAddress();
      return bits == network.length * Byte.SIZE ? address : address + "/" + bits;
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 bytes are an address", e);
    }
  }
}
