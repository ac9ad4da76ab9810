/**
 * May it? Path, method and caller in, a refusal or nothing out. It never asks who the caller is.
 */
@NullMarked
package io.github.sallyport.access;

import org.jspecify.annotations.NullMarked;
