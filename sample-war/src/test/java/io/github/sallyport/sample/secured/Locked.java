package io.github.sallyport.sample.secured;

import io.github.sallyport.cdi.Secured;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Stereotype;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A stereotype, which secures what carries it. */
@Stereotype
@ApplicationScoped
@Secured(scopes = "vault:open")
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Locked {}
