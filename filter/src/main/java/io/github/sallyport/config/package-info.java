/**
 * Reads MicroProfile Config once, as text, and fills each room's own settings. The only room that
 * sees it.
 */
@NullMarked
package io.github.sallyport.config;

import org.jspecify.annotations.NullMarked;
