package io.github.sallyport.cdi.found;

import io.github.sallyport.cdi.Secured;

/** Nobody knows it. */
@Secured
public class Beside {}
