package io.github.sallyport.key;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whom a key belongs to, and what it may do: all that is decided about a key when it is issued.
 * Terms that can't be are an {@link IllegalArgumentException} whose sentence names the member.
 *
 * <p>The lengths count UTF-16 code units, and are the same on every database. Times are kept to the
 * millisecond.
 *
 * @param owner whom it belongs to; 1 to 200 characters, no control characters
 * @param name what the owner calls it, as long as an owner; null: no name
 * @param description what it is for; 1 to 1000 characters, no control characters; null: none
 * @param environment {@code live}, {@code test} or another of {@code [a-z]{1,8}}
 * @param kind what it is made for
 * @param scopes at most 100 scope tokens (RFC 6749 section 3.3) of at most 100 characters
 * @param roles at most 100 of the same form; a publishable key has none
 * @param plan {@code [a-z][a-z0-9]{0,99}}; null: none
 * @param addresses from where it may be used; at most 100; empty: from everywhere
 * @param origins from which pages it may be used; at most 50; empty: from anywhere, which a
 *     publishable key may not say
 * @param notBefore from when on it is good; null: at once
 * @param expiresAt from when on it is no longer good; null: never, or as late as the settings allow
 * @param metadata what the deployer notes about it
 */
public record KeyTerms(
    String owner,
    @Nullable String name,
    @Nullable String description,
    String environment,
    KeyKind kind,
    Set<String> scopes,
    Set<String> roles,
    @Nullable String plan,
    Set<AddressRange> addresses,
    Set<WebOrigin> origins,
    @Nullable Instant notBefore,
    @Nullable Instant expiresAt,
    KeyMetadata metadata) {
  private static final int TEXT = 200;
  private static final int DESCRIPTION = 1000;
  private static final int MOST_TOKENS = 100;
  private static final int MOST_ADDRESSES = 100;
  private static final int MOST_ORIGINS = 50;
  private static final Pattern TOKEN = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,100}");
  private static final Pattern ENVIRONMENT = Pattern.compile("[a-z]{1,8}");
  private static final Pattern PLAN = Pattern.compile("[a-z][a-z0-9]{0,99}");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  public KeyTerms {
    require(isText(owner), "owner must have 1 to 200 characters and no control characters");
    require(
        name == null || isText(name),
        "name must have 1 to 200 characters and no control characters");
    require(
        description == null || isText(description, DESCRIPTION),
        "description must have 1 to 1000 characters and no control characters");
    require(
        environment != null && ENVIRONMENT.matcher(environment).matches(),
        "environment must have 1 to 8 letters a-z");
    require(kind != null, "kind must be given");
    scopes = tokens(scopes, "scopes");
    roles = tokens(roles, "roles");
    require(
        plan == null || PLAN.matcher(plan).matches(),
        "plan must be a letter a-z, then letters a-z and digits, at most 100");
    addresses = Set.copyOf(addresses);
    require(addresses.size() <= MOST_ADDRESSES, "addresses must be at most 100");
    origins = Set.copyOf(origins);
    require(origins.size() <= MOST_ORIGINS, "origins must be at most 50");
    require(
        kind == KeyKind.SECRET || !origins.isEmpty(),
        "origins must be given for a publishable key: the pages that may show it");
    require(kind == KeyKind.SECRET || roles.isEmpty(), "roles must be empty for a publishable key");
    require(isTime(notBefore), "notBefore must lie between the years 1970 and 9999");
    require(isTime(expiresAt), "expiresAt must lie between the years 1970 and 9999");
    notBefore = millis(notBefore);
    expiresAt = millis(expiresAt);
    require(
        notBefore == null || expiresAt == null || notBefore.isBefore(expiresAt),
        "expiresAt must be later than notBefore");
    require(metadata != null, "metadata must be given, if only as an empty object");
  }

  /** Begins terms: a secret key for {@code live}, without scopes and without an end. */
  public static Builder of(String owner) {
    return new Builder(owner);
  }

  /** Begins other terms from these. */
  public Builder edit() {
    Builder edit = new Builder(owner);
    edit.name = name;
    edit.description = description;
    edit.environment = environment;
    edit.kind = kind;
    edit.scopes = scopes;
    edit.roles = roles;
    edit.plan = plan;
    edit.addresses = addresses;
    edit.origins = origins;
    edit.notBefore = notBefore;
    edit.expiresAt = expiresAt;
    edit.metadata = metadata;
    return edit;
  }

  /** Tells whether a text could be an owner or a name. */
  static boolean isText(@Nullable String text) {
    return isText(text, TEXT);
  }

  private static boolean isText(@Nullable String text, int longest) {
    return text != null
        && !text.isEmpty()
        && text.length() <= longest
        && text.codePoints().noneMatch(KeyTerms::unfit);
  }

  /** Makes any text fit for where an owner or a name would be kept. */
  static String fit(String text) {
    return text.substring(0, Math.min(TEXT, text.length()))
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

  private static @Nullable Instant millis(@Nullable Instant time) {
    return time == null ? null : Instant.ofEpochMilli(time.toEpochMilli());
  }

  private static void require(boolean holds, String sentence) {
    if (!holds) throw new IllegalArgumentException(sentence);
  }

  /** Terms in the making. Not for use by several threads. */
  public static final class Builder {
    private final String owner;
    private @Nullable String name;
    private @Nullable String description;
    private String environment = "live";
    private KeyKind kind = KeyKind.SECRET;
    private Set<String> scopes = Set.of();
    private Set<String> roles = Set.of();
    private @Nullable String plan;
    private Set<AddressRange> addresses = Set.of();
    private Set<WebOrigin> origins = Set.of();
    private @Nullable Instant notBefore;
    private @Nullable Instant expiresAt;
    private KeyMetadata metadata = KeyMetadata.NONE;

    private Builder(String owner) {
      this.owner = owner;
    }

    public Builder name(@Nullable String name) {
      this.name = name;
      return this;
    }

    public Builder description(@Nullable String description) {
      this.description = description;
      return this;
    }

    public Builder environment(String environment) {
      this.environment = environment;
      return this;
    }

    public Builder kind(KeyKind kind) {
      this.kind = kind;
      return this;
    }

    public Builder scopes(Collection<String> scopes) {
      this.scopes = new LinkedHashSet<>(scopes);
      return this;
    }

    public Builder scopes(String... scopes) {
      return scopes(Set.of(scopes));
    }

    public Builder roles(Collection<String> roles) {
      this.roles = new LinkedHashSet<>(roles);
      return this;
    }

    public Builder roles(String... roles) {
      return roles(Set.of(roles));
    }

    public Builder plan(@Nullable String plan) {
      this.plan = plan;
      return this;
    }

    public Builder addresses(Collection<AddressRange> addresses) {
      this.addresses = Set.copyOf(addresses);
      return this;
    }

    /** As {@link #addresses(Collection)}, of texts such as {@code 192.0.2.0/24}. */
    public Builder addresses(String... addresses) {
      return addresses(List.of(addresses).stream().map(AddressRange::of).toList());
    }

    public Builder origins(Collection<WebOrigin> origins) {
      this.origins = Set.copyOf(origins);
      return this;
    }

    /** As {@link #origins(Collection)}, of texts such as {@code https://app.example.com}. */
    public Builder origins(String... origins) {
      return origins(List.of(origins).stream().map(WebOrigin::new).toList());
    }

    public Builder notBefore(@Nullable Instant notBefore) {
      this.notBefore = notBefore;
      return this;
    }

    public Builder expiresAt(@Nullable Instant expiresAt) {
      this.expiresAt = expiresAt;
      return this;
    }

    public Builder metadata(KeyMetadata metadata) {
      this.metadata = metadata;
      return this;
    }

    /**
     * Makes the terms.
     *
     * @throws IllegalArgumentException if they can't be; the sentence names the member
     */
    public KeyTerms build() {
      return new KeyTerms(
          owner,
          name,
          description,
          environment,
          kind,
          scopes,
          roles,
          plan,
          addresses,
          origins,
          notBefore,
          expiresAt,
          metadata);
    }
  }
}
