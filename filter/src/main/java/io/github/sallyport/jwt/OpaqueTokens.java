package io.github.sallyport.jwt;

import io.github.sallyport.Health;
import io.github.sallyport.IssuerUnavailableException;
import io.github.sallyport.cache.Remembered;
import io.github.sallyport.json.JsonException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that say nothing themselves: their issuer is asked (RFC 7662).
 *
 * <p>An answer is remembered by the SHA-256 of the token's text: that it is active for {@link
 * #LONGEST_ACTIVE}, in which a revocation at the issuer is not seen, and never beyond its end; that
 * it is not for {@link #LONGEST_INACTIVE}. However many threads show the same token at the same
 * time, it is asked once. Where the issuer can't be asked, or answers with something else, that is
 * a fault and no refusal.
 */
final class OpaqueTokens {
  static final Duration LONGEST_ACTIVE = Duration.ofSeconds(30);
  static final Duration LONGEST_INACTIVE = Duration.ofSeconds(5);

  /** Strangers can make up as many as they like: those must not take the place of good ones. */
  static final int MOST_INACTIVE = 1000;

  private static final System.Logger LOG = System.getLogger("sallyport.jwt");

  private final Issuer issuer;
  private final IntrospectionEndpoint endpoint;
  private final ClaimRules rules;
  private final JwksHttp http;
  private final Clock clock;
  private final @Nullable VerifiedTokens active;
  private final @Nullable Remembered<Boolean> inactive;
  private final AtomicBoolean failing = new AtomicBoolean();

  /**
   * @param active null: nothing is remembered
   * @param inactive null: nothing is remembered
   */
  OpaqueTokens(
      Issuer issuer,
      IntrospectionEndpoint endpoint,
      JwksHttp http,
      Clock clock,
      @Nullable VerifiedTokens active,
      @Nullable Remembered<Boolean> inactive) {
    this.issuer = issuer;
    this.endpoint = endpoint;
    this.rules = new ClaimRules(issuer);
    this.http = http;
    this.clock = clock;
    this.active = active;
    this.inactive = inactive;
  }

  /** Tells by its shape whether a token is one of these: it has no dot, which every JWT has. */
  static boolean isOne(String text) {
    return text.indexOf('.') < 0;
  }

  /**
   * Finds out what a token grants. Its times are still to be judged.
   *
   * @throws IssuerUnavailableException if nobody can say
   */
  VerifiedToken find(String text) throws TokenFault {
    if (inactive != null && inactive.get(VerifiedTokens.sha256(text)) != null) throw notActive();
    return active == null ? ask(text) : active.find(text, this::hasNotEnded, this::ask);
  }

  /** How the issuer's answers come. */
  Health.Part health() {
    String name = "issuer." + issuer.name() + ".introspection";
    return failing.get()
        ? new Health.Part(
            name, Health.Status.DEGRADED, "It could not be asked: its tokens are refused with 503.")
        : new Health.Part(name, Health.Status.UP, "It answers, as far as it was asked.");
  }

  /** Where the issuer told no end, ours is the end of what is known, and it is asked again. */
  private boolean hasNotEnded(VerifiedToken token) {
    return clock.instant().isBefore(token.times().expiresAt().plus(issuer.clockSkew()));
  }

  private VerifiedToken ask(String text) throws TokenFault {
    Map<String, @Nullable Object> answer = post(text);
    if (!Boolean.TRUE.equals(answer.get("active"))) {
      if (inactive != null) inactive.put(VerifiedTokens.sha256(text), true);
      throw notActive();
    }
    Map<String, @Nullable Object> all = new LinkedHashMap<>(answer);
    // Section 2.2 leaves both out at will: the issuer is whom we asked, and the end is our
    // memory's.
    all.putIfAbsent("iss", issuer.iss());
    all.putIfAbsent("exp", clock.instant().plus(LONGEST_ACTIVE).getEpochSecond());
    Claims claims = new Claims(all);
    if (!issuer.iss().equals(claims.text("iss").orElse(""))) {
      throw TokenFault.invalid("The token's issuer is not accepted.");
    }
    ClaimRules.Times times = ClaimRules.Times.of(claims);
    rules.judge(times, clock.instant());
    String jti = claims.text("jti").orElse(null);
    String id = jti == null ? "sha256:" + VerifiedTokens.sha256(text) : jti;
    return new VerifiedToken(id, rules.user(claims, times), times, 0);
  }

  private Map<String, @Nullable Object> post(String text) {
    try {
      Map<String, @Nullable Object> answer =
          http.post(
              endpoint.url(),
              "token=" + encoded(text) + "&token_type_hint=access_token",
              "Basic "
                  + Base64.getEncoder()
                      .encodeToString(
                          (encoded(endpoint.clientId())
                                  + ":"
                                  + encoded(endpoint.clientSecret().reveal()))
                              .getBytes(StandardCharsets.UTF_8)));
      if (!(answer.get("active") instanceof Boolean)) throw new IOException("it says not whether");
      if (failing.compareAndSet(true, false)) {
        LOG.log(Level.INFO, "Issuer {0} answers again about tokens", issuer.name());
      }
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("interrupted");
    } catch (JsonException e) {
      throw unavailable("the answer is not JSON that we read");
    } catch (IOException e) {
      throw unavailable(String.valueOf(e.getMessage()));
    }
  }

  /** Warns once, when it begins: requests must not be able to fill the log. */
  private IssuerUnavailableException unavailable(String why) {
    LOG.log(
        failing.compareAndSet(false, true) ? Level.WARNING : Level.DEBUG,
        "Issuer {0} could not be asked about a token: {1}",
        issuer.name(),
        why);
    return new IssuerUnavailableException("issuer " + issuer.name() + " can't be asked");
  }

  private static TokenFault notActive() {
    return TokenFault.invalid("The token is not active, by what its issuer says.");
  }

  /** RFC 6749 section 2.3.1 wants it of the client's name and secret too. */
  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
