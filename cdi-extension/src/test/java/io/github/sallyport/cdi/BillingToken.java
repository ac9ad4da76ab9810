package io.github.sallyport.cdi;

import jakarta.enterprise.context.ApplicationScoped;

/** As an application writes it, and as the how-to shows it. */
@ApplicationScoped
public class BillingToken extends InternalTokenHeaders {
  public BillingToken() {
    super("https://billing.example");
  }
}
