package io.github.sallyport.endpoint;

import io.github.sallyport.Secret;
import io.github.sallyport.key.AddressRange;
import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.key.ApiKeyRecord.Status;
import io.github.sallyport.key.ForeignKey;
import io.github.sallyport.key.IssuedKey;
import io.github.sallyport.key.KeyEdit;
import io.github.sallyport.key.KeyKind;
import io.github.sallyport.key.KeyMetadata;
import io.github.sallyport.key.KeyTerms;
import io.github.sallyport.key.LastUse;
import io.github.sallyport.key.Lineage;
import io.github.sallyport.key.WebOrigin;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A key's record, and what is asked about one, as JSON. */
final class KeyJson {
  private static final Set<String> EDITABLE =
      Set.of(
          "name",
          "description",
          "scopes",
          "roles",
          "plan",
          "expiresAt",
          "addresses",
          "origins",
          "metadata",
          "status");
  private static final Set<String> TERMS =
      with(minus(EDITABLE, "status"), "owner", "notBefore", "environment", "kind");
  private static final Set<String> IMPORT =
      with(TERMS, "key", "sha256", "hmacSha256", "hmacSecretId");

  private KeyJson() {}

  /** The terms of a key that shall be issued. */
  static KeyTerms terms(Map<String, @Nullable Object> json) {
    return terms(new Members(json, TERMS));
  }

  /** The terms of a key that shall be imported. */
  static KeyTerms importedTerms(Map<String, @Nullable Object> json) {
    return terms(new Members(json, IMPORT));
  }

  /** The foreign key that shall be imported. */
  static ForeignKey foreignKey(Map<String, @Nullable Object> json) {
    Members members = new Members(json, IMPORT);
    long given = Stream.of("key", "sha256", "hmacSha256").filter(members::has).count();
    if (given != 1 || members.has("hmacSha256") != members.has("hmacSecretId")) {
      throw ProblemException.malformed(
          "Give one of \"key\" (the text), \"sha256\", or \"hmacSha256\" with \"hmacSecretId\".");
    }
    if (members.has("key")) return ForeignKey.ofText(new Secret(members.neededText("key")));
    if (members.has("sha256")) return ForeignKey.ofSha256(members.neededText("sha256"));
    return ForeignKey.ofHmac(members.neededText("hmacSecretId"), members.neededText("hmacSha256"));
  }

  private static KeyTerms terms(Members members) {
    String environment = members.text("environment");
    String kind = members.text("kind");
    return edited(KeyTerms.of(members.neededText("owner")), members)
        .environment(environment == null ? "live" : environment)
        .kind(kind == null ? KeyKind.SECRET : kind(kind))
        .notBefore(members.time("notBefore"))
        .build();
  }

  /**
   * Applies a merge patch (RFC 7396) to what may be changed about a key.
   *
   * @param patch its members as they were sent
   */
  static KeyEdit edit(KeyEdit before, Map<String, @Nullable Object> patch) {
    new Members(patch, EDITABLE);
    Members after = new Members(merged(editable(before), patch), EDITABLE);
    String status = after.neededText("status");
    if (!status.equals("active") && !status.equals("disabled")) {
      throw ProblemException.malformed(
          "The member \"status\" must be active or disabled; DELETE revokes.");
    }
    return new KeyEdit(edited(before.terms().edit(), after).build(), status.equals("active"));
  }

  private static KeyTerms.Builder edited(KeyTerms.Builder terms, Members members) {
    return terms
        .name(members.text("name"))
        .description(members.text("description"))
        .scopes(members.neededTexts("scopes"))
        .roles(members.texts("roles"))
        .plan(members.text("plan"))
        .expiresAt(members.time("expiresAt"))
        .addresses(members.texts("addresses").toArray(String[]::new))
        .origins(members.texts("origins").toArray(String[]::new))
        .metadata(new KeyMetadata(members.object("metadata")));
  }

  private static KeyKind kind(String text) {
    return switch (text) {
      case "secret" -> KeyKind.SECRET;
      case "publishable" -> KeyKind.PUBLISHABLE;
      default ->
          throw ProblemException.malformed("The member \"kind\" must be secret or publishable.");
    };
  }

  private static Map<String, @Nullable Object> editable(KeyEdit edit) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    putTerms(json, edit.terms(), edit.terms().expiresAt());
    json.keySet().retainAll(EDITABLE);
    json.put("status", edit.enabled() ? "active" : "disabled");
    return json;
  }

  /** RFC 7396 section 2. */
  private static Map<String, @Nullable Object> merged(
      Map<String, @Nullable Object> target, Map<String, @Nullable Object> patch) {
    Map<String, @Nullable Object> merged = new LinkedHashMap<>(target);
    patch.forEach(
        (name, value) -> {
          if (value == null) merged.remove(name);
          else if (value instanceof Map<?, ?> inner) {
            merged.put(name, merged(object(merged.get(name)), object(inner)));
          } else merged.put(name, value);
        });
    return merged;
  }

  @SuppressWarnings("unchecked") // what the reader makes of an object, and nothing else is a map
  private static Map<String, @Nullable Object> object(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : Map.of();
  }

  /**
   * A record.
   *
   * @param end from when on the key is no longer good; null: it always is
   */
  static Map<String, @Nullable Object> of(ApiKeyRecord key, @Nullable Instant end) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", key.id());
    putTerms(json, key.terms(), end);
    json.put("status", key.status().name().toLowerCase(Locale.ROOT));
    if (key.status() == Status.REVOKED) json.put("revokedBecause", key.revokedBecause());
    json.put("createdAt", key.createdAt().toString());
    json.put("createdBy", key.createdBy());
    json.put("changedAt", key.changedAt().toString());
    json.put("changedBy", key.changedBy());
    LastUse use = key.lastUse();
    json.put("lastUsedAt", use == null ? null : use.at().toString());
    json.put("lastUsedFrom", use == null ? null : use.from());
    Lineage lineage = key.lineage();
    json.put("lineage", lineage.id());
    json.put("parent", lineage.parent());
    json.put("predecessor", lineage.predecessor());
    json.put("successor", lineage.successor());
    json.put("version", key.version());
    return json;
  }

  private static void putTerms(
      Map<String, @Nullable Object> json, KeyTerms terms, @Nullable Instant end) {
    json.put("owner", terms.owner());
    json.put("name", terms.name());
    json.put("description", terms.description());
    json.put("environment", terms.environment());
    json.put("kind", terms.kind().name().toLowerCase(Locale.ROOT));
    json.put("scopes", sorted(terms.scopes().stream()));
    json.put("roles", sorted(terms.roles().stream()));
    json.put("plan", terms.plan());
    json.put("addresses", sorted(terms.addresses().stream().map(AddressRange::toString)));
    json.put("origins", sorted(terms.origins().stream().map(WebOrigin::text)));
    json.put("notBefore", terms.notBefore() == null ? null : terms.notBefore().toString());
    json.put("expiresAt", end == null ? null : end.toString());
    json.put("metadata", terms.metadata().members());
  }

  /** The one answer that holds a key's text. */
  static Map<String, @Nullable Object> of(IssuedKey issued, @Nullable Instant end) {
    Map<String, @Nullable Object> json = of(issued.record(), end);
    json.put("key", issued.key().reveal());
    return json;
  }

  private static List<String> sorted(Stream<String> texts) {
    return texts.sorted().toList();
  }

  private static Set<String> with(Set<String> some, String... more) {
    Set<String> all = new LinkedHashSet<>(some);
    all.addAll(Set.of(more));
    return Set.copyOf(all);
  }

  private static Set<String> minus(Set<String> some, String one) {
    return some.stream().filter(s -> !s.equals(one)).collect(Collectors.toUnmodifiableSet());
  }
}
