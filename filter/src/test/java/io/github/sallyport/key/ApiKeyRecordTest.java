package io.github.sallyport.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Catalogue S15: copies are handed out by reference, so nobody may be able to change one. */
class ApiKeyRecordTest {
  /** Can't change, and hand out nothing that can. */
  private static final Set<Class<?>> LEAVES =
      Set.of(String.class, Instant.class, long.class, int.class, boolean.class);

  @Test
  void nothingThatARecordIsMadeOfCanBeChanged() {
    Set<Class<?>> seen = new HashSet<>();
    assertFixed(ApiKeyRecord.class, seen);
    assertThat(seen).contains(KeyTerms.class, KeyDigest.class, Lineage.class, LastUse.class);
  }

  private static void assertFixed(Class<?> type, Set<Class<?>> seen) {
    if (LEAVES.contains(type) || type.isEnum() || !seen.add(type)) return;
    if (type == Set.class || type == Map.class || type == List.class) return; // tried below
    assertThat(Modifier.isFinal(type.getModifiers())).as(type.getName()).isTrue();
    for (var field : type.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers())) continue;
      assertThat(Modifier.isFinal(field.getModifiers())).as(field.toString()).isTrue();
    }
    if (!type.isRecord()) return;
    for (RecordComponent part : type.getRecordComponents()) assertFixed(part.getType(), seen);
  }

  @Test
  void whatWasGivenToARecordAndWhatItGivesAreNotItsOwnCollections() throws Exception {
    Set<String> scopes = new LinkedHashSet<>(Set.of("orders:read"));
    KeyTerms terms =
        KeyTerms.of("acme")
            .scopes(scopes)
            .roles("clerk")
            .addresses("10.0.0.0/8")
            .origins("https://shop.example")
            .build();
    scopes.add("sallyport:admin");
    assertThat(terms.scopes()).containsExactly("orders:read");

    List<String> tried = new ArrayList<>();
    for (RecordComponent part : KeyTerms.class.getRecordComponents()) {
      Method accessor = part.getAccessor();
      if (accessor.invoke(terms) instanceof Collection<?> given) {
        tried.add(part.getName());
        assertThatThrownBy(given::clear).isInstanceOf(UnsupportedOperationException.class);
      }
    }
    assertThat(tried).containsExactlyInAnyOrder("scopes", "roles", "addresses", "origins");
  }

  @Test
  void metadataIsFixedToItsDepthWhoeverMadeIt() {
    List<Object> list = new ArrayList<>(List.of("b"));
    KeyMetadata metadata = new KeyMetadata(Map.of("a", Map.of("list", list)));
    String before = metadata.json();
    list.add("c");
    assertThat(metadata.json()).isEqualTo(before);
    for (KeyMetadata each : List.of(metadata, KeyMetadata.ofJson(before))) {
      Map<?, ?> inner = (Map<?, ?>) Objects.requireNonNull(each.members().get("a"));
      Collection<?> innermost = (Collection<?>) Objects.requireNonNull(inner.get("list"));
      assertThatThrownBy(each.members()::clear).isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(inner::clear).isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(innermost::clear).isInstanceOf(UnsupportedOperationException.class);
    }
  }
}
