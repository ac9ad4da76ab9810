/** An application that speaks in Jakarta Annotations' own words of security. */
@NullMarked
package io.github.sallyport.sample.words;

import org.jspecify.annotations.NullMarked;
