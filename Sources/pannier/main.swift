print("pannier")
