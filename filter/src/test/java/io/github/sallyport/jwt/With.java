package io.github.sallyport.jwt;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The issuer of {@link Bench} with one rule or two changed. */
final class With {
  private String name = "main";
  private String iss = Bench.ISS;
  private KeySource keys = Bench.issuer().keys();
  private Set<SignatureAlgorithm> algorithms = Bench.issuer().algorithms();
  private Set<String> audiences = Bench.issuer().audiences();
  private Set<String> types = Set.of();
  private Set<String> requiredClaims = Set.of();
  private List<String> nameClaims = Bench.issuer().nameClaims();
  private String rolesClaim = Bench.issuer().rolesClaim();
  private Duration clockSkew = Duration.ZERO;
  private @Nullable Duration maxAge;

  With named(String name, String iss) {
    this.name = name;
    this.iss = iss;
    return this;
  }

  With keys(KeySource keys) {
    this.keys = keys;
    return this;
  }

  With algorithms(Set<SignatureAlgorithm> algorithms) {
    this.algorithms = algorithms;
    return this;
  }

  With audiences(Set<String> audiences) {
    this.audiences = audiences;
    return this;
  }

  With types(Set<String> types) {
    this.types = types;
    return this;
  }

  With requiredClaims(Set<String> requiredClaims) {
    this.requiredClaims = requiredClaims;
    return this;
  }

  With nameClaims(List<String> nameClaims) {
    this.nameClaims = nameClaims;
    return this;
  }

  With rolesClaim(String rolesClaim) {
    this.rolesClaim = rolesClaim;
    return this;
  }

  With clockSkew(Duration clockSkew) {
    this.clockSkew = clockSkew;
    return this;
  }

  With maxAge(Duration maxAge) {
    this.maxAge = maxAge;
    return this;
  }

  Issuer issuer() {
    return new Issuer(
        name,
        iss,
        keys,
        algorithms,
        audiences,
        types,
        requiredClaims,
        nameClaims,
        rolesClaim,
        List.of("scope", "scp"),
        clockSkew,
        maxAge);
  }
}
