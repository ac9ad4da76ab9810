package io.github.sallyport.audit;

import io.github.sallyport.Caller;
import io.github.sallyport.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What audit tells of the token by which a caller came: enough to say which client acted, for a
 * user where there is one, and with what it was let do.
 *
 * @param id the {@code jti} claim (RFC 7519 section 4.1.7); null where there is none, or no token
 * @param client for which client it was issued: {@code azp}, as OpenID Connect Core section 2 has
 *     it, else {@code client_id} (RFC 9068 section 2.2); null where it says neither
 * @param scopes what the caller may do by it; empty also where it has no scope claim
 */
record ShownToken(@Nullable String id, @Nullable String client, Set<String> scopes) {
  private static final ShownToken NONE = new ShownToken(null, null, Set.of());

  /** That of this caller; without id, client and scopes where none was shown. */
  static ShownToken of(Caller caller) {
    if (!caller.isAuthenticated() || !caller.credentials().hasBearer()) return NONE;
    String party = text(caller, "azp");
    return new ShownToken(
        caller.user().map(User::tokenId).orElseGet(() -> text(caller, "jti")),
        party == null ? text(caller, "client_id") : party,
        caller.scopes());
  }

  private static @Nullable String text(Caller caller, String claim) {
    return caller.claims().get(claim) instanceof String text ? text : null;
  }

  /** Tells of client and scopes, behind what an event says otherwise. */
  String toldAfter(String detail) {
    List<String> told = new ArrayList<>();
    if (client != null) told.add("for client " + client);
    if (!scopes.isEmpty()) told.add("with scopes " + String.join(" ", new TreeSet<>(scopes)));
    return told.isEmpty() ? detail : detail + " (" + String.join(", ", told) + ")";
  }
}
