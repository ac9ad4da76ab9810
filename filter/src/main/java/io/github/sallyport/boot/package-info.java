/** Builds the parts, joins them, opens them once per deployment and closes them. */
@NullMarked
package io.github.sallyport.boot;

import org.jspecify.annotations.NullMarked;
