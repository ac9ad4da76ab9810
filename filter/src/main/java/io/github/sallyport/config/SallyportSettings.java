package io.github.sallyport.config;

import io.github.sallyport.access.AccessSettings;
import io.github.sallyport.audit.AuditSettings;
import io.github.sallyport.cache.CacheSettings;
import io.github.sallyport.cache.ClusterSettings;
import io.github.sallyport.endpoint.AdminSettings;
import io.github.sallyport.http.HttpSettings;
import io.github.sallyport.jwt.Issuer;
import io.github.sallyport.key.KeySettings;
import io.github.sallyport.limit.LimitSettings;
import io.github.sallyport.store.StoreSettings;
import io.github.sallyport.token.TokenSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a deployer set, read once, complete and valid.
 *
 * @param data the folder of all that the embedded defaults write
 * @param cluster by which the nodes wake each other; null: by none
 * @param rememberedTokens how many that verified; 0: none
 * @param resource by which name others know what is protected, an absolute URL with a host; null:
 *     by none
 * @param tokens how we issue tokens; null: we issue none
 */
public record SallyportSettings(
    Path data,
    HttpSettings http,
    AccessSettings access,
    KeySettings keys,
    LimitSettings limits,
    StoreSettings store,
    CacheSettings cache,
    @Nullable ClusterSettings cluster,
    List<Issuer> issuers,
    int rememberedTokens,
    AdminSettings admin,
    AuditSettings audit,
    @Nullable URI resource,
    @Nullable TokenSettings tokens) {
  public SallyportSettings {
    issuers = List.copyOf(issuers);
  }
}
