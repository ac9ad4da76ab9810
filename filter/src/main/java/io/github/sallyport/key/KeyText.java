package io.github.sallyport.key;

import io.github.sallyport.Secret;

/**
 * A key's text that has the right form: nobody has said yet that such a key was ever issued.
 *
 * @param id the public part
 * @param whole the text itself
 */
record KeyText(String id, Secret whole) {}
