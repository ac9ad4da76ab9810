package io.github.sallyport.http;

import io.github.sallyport.AnonymousCaller;
import io.github.sallyport.Caller;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.Sender;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditedRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who asks at one of our endpoints of OAuth 2.0, which authenticate by themselves: whoever a
 * request establishes elsewhere, and a key as {@code Basic} too (RFC 6749 section 2.3.1). What a
 * caller's plan allows holds here as everywhere.
 */
public final class OAuthClient {
  private final Corridor corridor;
  private final AuditedRequest audited;
  private final Set<Scheme> schemes;
  private final Caller caller;
  private final @Nullable Refused refused;
  private final boolean counted;

  private OAuthClient(
      Corridor corridor,
      AuditedRequest audited,
      Set<Scheme> schemes,
      Caller caller,
      @Nullable Refused refused,
      boolean counted) {
    this.corridor = corridor;
    this.audited = audited;
    this.schemes = schemes;
    this.caller = caller;
    this.refused = refused;
    this.counted = counted;
  }

  /**
   * Finds out who asks. What does not stand is audited as at any other path.
   *
   * @throws IllegalStateException if the request did not pass the filter
   * @throws io.github.sallyport.StoreUnavailableException if nobody can say
   * @throws io.github.sallyport.IssuerUnavailableException if nobody can say
   */
  public static OAuthClient of(HttpServletRequest request) {
    Outcome outcome =
        Outcome.of(request)
            .orElseThrow(
                () -> new IllegalStateException("the request did not pass Sallyport's filter"));
    return outcome.corridor().client(request, outcome.audited());
  }

  static OAuthClient refused(
      Corridor corridor, AuditedRequest audited, Set<Scheme> schemes, Refused why) {
    audited.refuse(why);
    return new OAuthClient(corridor, audited, schemes, AnonymousCaller.INSTANCE, why, false);
  }

  static OAuthClient established(
      Corridor corridor, AuditedRequest audited, Caller caller, boolean counted) {
    return new OAuthClient(corridor, audited, Set.of(), caller, null, counted);
  }

  /** Why what the request shows does not stand; empty: it does, or there is nothing. */
  public Optional<Refused> refused() {
    return Optional.ofNullable(refused);
  }

  /** Who was established; not authenticated where the request shows nothing. */
  public Caller caller() {
    return caller;
  }

  /** Who asks, and in which request, for audit. */
  public Actor actor() {
    return audited.actor().by(caller);
  }

  /** From where it is asked. */
  public Sender sender() {
    return new Sender(audited.actor().address(), null);
  }

  /** Counts what the body shows against the client's address: it does not stand. */
  public void noteFailure() {
    if (counted) corridor.noteFailure(audited.actor().address());
  }

  /** Has audit told what the request is denied, unless it was told why it is refused. */
  public void deny(String error, String description) {
    audited.deny("token.denied", actor(), error, description);
  }

  /** The {@code WWW-Authenticate} lines of a 401. */
  public List<String> challenges() {
    Refused why =
        refused == null
            ? Refused.of(Refusal.CREDENTIAL_MISSING, "This needs an API key.")
            : refused;
    return corridor.challenges(why, schemes);
  }
}
