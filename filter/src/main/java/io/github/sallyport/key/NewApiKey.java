package io.github.sallyport.key;

import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a new key shall be. One that can't be is an {@link IllegalArgumentException} whose sentence
 * names the member.
 *
 * @param owner whom it will belong to; 1 to 200 characters, no control characters
 * @param name what the owner calls it, as long as an owner; null: no name
 * @param environment {@code [a-z]{1,8}}
 * @param scopes at most 100 scope tokens (RFC 6749 section 3.3) of at most 100 characters
 * @param roles at most 100 of the same form
 * @param plan {@code [a-z][a-z0-9]{0,99}}; null: none
 * @param notBefore from when on it is good, to the millisecond; null: at once
 * @param expiresAt from when on it is no longer good, to the millisecond; null: never, or as late
 *     as the settings allow
 */
public record NewApiKey(
    String owner,
    @Nullable String name,
    String environment,
    Set<String> scopes,
    Set<String> roles,
    @Nullable String plan,
    @Nullable Instant notBefore,
    @Nullable Instant expiresAt) {
  private static final int TEXT_LENGTH = 200;
  private static final int MOST_TOKENS = 100;
  private static final Pattern TOKEN = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,100}");
  private static final Pattern ENVIRONMENT = Pattern.compile("[a-z]{1,8}");
  private static final Pattern PLAN = Pattern.compile("[a-z][a-z0-9]{0,99}");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  public NewApiKey {
    require(isText(owner), "owner must have 1 to 200 characters and no control characters");
    require(
        name == null || isText(name),
        "name must have 1 to 200 characters and no control characters");
    require(
        environment != null && ENVIRONMENT.matcher(environment).matches(),
        "environment must have 1 to 8 letters a-z");
    scopes = tokens(scopes, "scopes");
    roles = tokens(roles, "roles");
    require(
        plan == null || PLAN.matcher(plan).matches(),
        "plan must be a letter a-z, then letters a-z and digits, at most 100");
    require(isTime(notBefore), "notBefore must lie between the years 1970 and 9999");
    require(isTime(expiresAt), "expiresAt must lie between the years 1970 and 9999");
    require(
        notBefore == null || expiresAt == null || notBefore.isBefore(expiresAt),
        "expiresAt must be later than notBefore");
  }

  /** Tells whether a text could be an owner or a name. */
  static boolean isText(@Nullable String text) {
    return text != null
        && !text.isEmpty()
        && text.length() <= TEXT_LENGTH
        && text.codePoints().noneMatch(NewApiKey::unfit);
  }

  /** Makes any text fit for where an owner or a name would be kept. */
  static String fit(String text) {
    return text.substring(0, Math.min(TEXT_LENGTH, text.length()))
        .codePoints()
        .map(c -> unfit(c) ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  // Half a surrogate pair is no character, and no database takes it.
  private static boolean unfit(int c) {
    return Character.isISOControl(c)
        || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  private static Set<String> tokens(@Nullable Collection<String> tokens, String member) {
    if (tokens == null) {
      throw new IllegalArgumentException(member + " must be given, if only as an empty list");
    }
    require(tokens.size() <= MOST_TOKENS, member + " must be at most 100");
    require(
        tokens.stream().allMatch(t -> t != null && TOKEN.matcher(t).matches()),
        "each of "
            + member
            + " must have 1 to 100 printable ASCII characters, no space, quote or backslash");
    return Set.copyOf(tokens);
  }

  private static boolean isTime(@Nullable Instant time) {
    return time == null || (!time.isBefore(Instant.EPOCH) && !time.isAfter(LATEST));
  }

  private static void require(boolean holds, String sentence) {
    if (!holds) throw new IllegalArgumentException(sentence);
  }
}
