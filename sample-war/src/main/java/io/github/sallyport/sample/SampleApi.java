package io.github.sallyport.sample;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** The JAX-RS part of the sample. */
@ApplicationPath("/api")
public class SampleApi extends Application {}
