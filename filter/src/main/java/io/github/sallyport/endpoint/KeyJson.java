package io.github.sallyport.endpoint;

import io.github.sallyport.json.Json;
import io.github.sallyport.json.JsonException;
import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.key.IssuedKey;
import io.github.sallyport.key.NewApiKey;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A key's record and a request for one, as JSON. */
final class KeyJson {
  private static final Set<String> MEMBERS =
      Set.of(
          "owner",
          "name",
          "scopes",
          "roles",
          "plan",
          "expiresAt",
          "notBefore",
          "environment",
          "kind");
  private static final Set<String> NOT_YET = Set.of("addresses", "origins", "metadata");

  private KeyJson() {}

  static NewApiKey read(byte[] body) throws MalformedException {
    Map<String, @Nullable Object> json;
    try {
      json = Json.readObject(body);
    } catch (JsonException e) {
      throw new MalformedException("The body must be one JSON object: " + e.getMessage() + ".");
    }
    for (String member : json.keySet()) {
      if (NOT_YET.contains(member)) {
        throw new MalformedException(
            "This version does not support the member \"" + member + "\": leave it out.");
      }
      if (!MEMBERS.contains(member)) {
        throw new MalformedException(
            "The body has a member that is not known. Known are "
                + String.join(", ", new TreeSet<>(MEMBERS))
                + ".");
      }
    }
    String kind = text(json, "kind");
    if (kind != null && !kind.equals("secret")) {
      throw new MalformedException("This version supports the kind \"secret\" only.");
    }
    String owner = text(json, "owner");
    if (owner == null) throw new MalformedException("The member \"owner\" is missing.");
    if (!json.containsKey("scopes")) {
      throw new MalformedException("The member \"scopes\" is missing: an array, it may be empty.");
    }
    String environment = text(json, "environment");
    try {
      return new NewApiKey(
          owner,
          text(json, "name"),
          environment == null ? "live" : environment,
          texts(json, "scopes"),
          texts(json, "roles"),
          text(json, "plan"),
          instant(json, "notBefore"),
          instant(json, "expiresAt"));
    } catch (IllegalArgumentException e) {
      throw new MalformedException(e);
    }
  }

  private static @Nullable String text(Map<String, @Nullable Object> json, String member)
      throws MalformedException {
    Object value = json.get(member);
    if (value == null || value instanceof String) return (String) value;
    throw new MalformedException("The member \"" + member + "\" must be a string.");
  }

  private static Set<String> texts(Map<String, @Nullable Object> json, String member)
      throws MalformedException {
    Object value = json.get(member);
    if (value == null && !json.containsKey(member)) return Set.of();
    if (!(value instanceof List<?> list)) {
      throw new MalformedException("The member \"" + member + "\" must be an array of strings.");
    }
    Set<String> texts = new LinkedHashSet<>();
    for (Object each : list) {
      if (!(each instanceof String text)) {
        throw new MalformedException("The member \"" + member + "\" must be an array of strings.");
      }
      texts.add(text);
    }
    return texts;
  }

  private static @Nullable Instant instant(Map<String, @Nullable Object> json, String member)
      throws MalformedException {
    String text = text(json, member);
    if (text == null) return null;
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw new MalformedException(
          "The member \"" + member + "\" must be a time of RFC 3339, as 2027-01-31T12:00:00Z.");
    }
  }

  static Map<String, @Nullable Object> of(ApiKeyRecord key) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", key.id());
    json.put("owner", key.owner());
    json.put("name", key.name());
    json.put("environment", key.environment());
    json.put("kind", "secret");
    json.put("scopes", new TreeSet<>(key.scopes()));
    json.put("roles", new TreeSet<>(key.roles()));
    json.put("plan", key.plan());
    json.put("status", key.status().name().toLowerCase(Locale.ROOT));
    json.put("createdAt", key.createdAt().toString());
    json.put("createdBy", key.createdBy());
    json.put("notBefore", key.notBefore() == null ? null : key.notBefore().toString());
    json.put("expiresAt", key.expiresAt() == null ? null : key.expiresAt().toString());
    return json;
  }

  /** The one answer that holds a key's text. */
  static Map<String, @Nullable Object> of(IssuedKey issued) {
    Map<String, @Nullable Object> json = of(issued.record());
    json.put("key", issued.key().reveal());
    return json;
  }
}
