package io.github.sallyport.cdi.found;

/** Nobody needs to. */
public class Unsecured {}
