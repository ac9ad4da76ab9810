package io.github.sallyport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads IP addresses. No name is ever looked up. */
public final class IpAddress {
  private static final int LONGEST = 60;
  private static final Pattern V4 =
      Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

  private IpAddress() {}

  /**
   * Reads an IP literal, without brackets. A zone ({@code fe80::1%eth0}) is passed over.
   *
   * @return 4 or 16 bytes; an IPv6 address that maps an IPv4 one is that IPv4 address (RFC 4291
   *     section 2.5.5.2); empty if it is none
   */
  public static Optional<byte[]> literal(String text) {
    int zone = text.indexOf('%');
    String address = zone < 0 ? text : text.substring(0, zone);
    if (address.length() > LONGEST) return Optional.empty();
    if (!V4.matcher(address).matches() && !V6.matcher(address).matches()) return Optional.empty();
    try {
      // Of this form it is parsed and never looked up.
      return Optional.of(InetAddress.getByName(address).getAddress());
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }
}
