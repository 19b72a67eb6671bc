// PannierApp
